import 'reflect-metadata';
import { Controller, HttpCode, Module, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Bare Nest on Fastify that gives back each body: what the framework alone costs. Prints its URL. */
@Controller()
class EchoController {
  @Post('/ssp')
  @HttpCode(200)
  echo(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void reply.header('content-type', 'application/vnd.wv.ssp+xml').send(request.body);
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const app = await NestFactory.create<NestFastifyApplication>(EchoModule, new FastifyAdapter(), {
  logger: false,
  bodyParser: false,
});
app
  .getHttpAdapter()
  .getInstance()
  .addContentTypeParser('application/vnd.wv.ssp+xml', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
await app.listen(0, '127.0.0.1');
console.log(`${await app.getUrl()}/ssp`);

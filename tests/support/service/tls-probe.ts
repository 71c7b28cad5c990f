import { once } from 'node:events';
import { connect } from 'node:tls';
import { type HttpAnswer, RawHttp, type RawTls } from '../peers/raw-http.js';

/** SHA-256 of the certificate that a new connection is shown there. */
export async function shownAt(url: string, ca: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ ca, host: hostname, port: Number(port) });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
  } finally {
    socket.destroy();
  }
}

/** One GET over a connection of its own. */
export async function fetchOver(
  url: string,
  tls: RawTls,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const http = new RawHttp(url, [], tls);
  try {
    return await http.request({ method: 'GET', headers });
  } finally {
    http.close();
  }
}

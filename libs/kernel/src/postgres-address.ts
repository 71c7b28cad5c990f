const SEVERAL = /^(?<before>postgres(?:ql)?:\/\/(?:[^@/]*@)?)(?<hosts>[^@/?#]+)(?<after>\/.*)$/;

/**
 * The addresses of the servers that an address names: `postgres://user@one:5432,two:5432/database`. An address of one host is
 * itself. What cannot be read is left as it is.
 */
export function postgresServers(url: string): readonly string[] {
  const { before = '', hosts = '', after = '' } = SEVERAL.exec(url)?.groups ?? {};
  if (!hosts.includes(',')) return [url];
  return hosts.split(',').map((host) => before + host + after);
}

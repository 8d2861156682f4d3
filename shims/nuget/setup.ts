import type { EndpointSetup, EndpointTarget, Snippet } from '../../src/formats/format.ts';
import { escapeXml } from '../kit/xml-text.ts';
import { normalVersion } from './version.ts';

/**
 * How dotnet, and nuget of the years before version 3, are set up for an endpoint (https://learn.microsoft.com/nuget/reference/nuget-config-file). The
 * token is read from the environment, so that none has to be written into a file; nuget 2 cannot do that and keeps it itself.
 */
export function setupNuget({ url, package: id = '<package>', version }: EndpointTarget): EndpointSetup {
  // Clients call the file by the version as they show it, however it is spelled.
  const file = `${id}.${version === undefined ? '<version>' : normalVersion(version)}.nupkg`;
  const v2 = `${url}/api/v2`;
  return {
    configure: [
      nugetConfig(url),
      { title: 'nuget 2', language: 'sh', code: `nuget sources add -Name entrepot -Source "${v2}" -UserName token -Password "$NUGET_TOKEN" -StorePasswordInClearText -NonInteractive` },
    ],
    publish: [
      { title: 'dotnet', language: 'sh', code: `dotnet nuget push ${file} --source entrepot --api-key "$NUGET_TOKEN"` },
      { title: 'nuget 2', language: 'sh', code: `nuget push ${file} "$NUGET_TOKEN" -Source "${v2}" -NonInteractive` },
    ],
    install: [
      { title: 'dotnet', language: 'sh', code: `dotnet add package ${id}${version === undefined ? '' : ` --version ${version}`}` },
      { title: 'nuget 2', language: 'sh', code: `nuget install ${id}${version === undefined ? '' : ` -Version ${version}`} -Source "${v2}" -NonInteractive` },
    ],
  };
}

function nugetConfig(url: string): Snippet {
  // Newer clients do not talk http without being told to.
  const insecure = url.startsWith('http:') ? ' allowInsecureConnections="true"' : '';
  const code = `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <packageSources>
    <add key="entrepot" value="${escapeXml(url)}/v3/index.json" protocolVersion="3"${insecure} />
  </packageSources>
  <packageSourceCredentials>
    <entrepot>
      <add key="Username" value="token" />
      <add key="ClearTextPassword" value="%NUGET_TOKEN%" />
    </entrepot>
  </packageSourceCredentials>
</configuration>
`;
  return { title: 'nuget.config', language: 'xml', code };
}

import type { EndpointSetup, EndpointTarget } from '../../src/formats/format.ts';

/**
 * How Docker and the other clients are set up. They know a registry by its host alone, so what follows it in the URL becomes the beginning of the repository's name.
 */
export function setupOci({ url, package: name = '<image>', version }: EndpointTarget): EndpointSetup {
  const { host, pathname, protocol } = new URL(url);
  const node = pathname.replace(/^(.*)\/v2(?:\/|$)/, '').replace(/\/$/, '');
  const repository = [host, node, name].filter((part) => part !== '').join('/');
  const image = version === undefined ? `${repository}:<tag>` : `${repository}@${version}`;
  const pushed = `${repository}:<tag>`;
  const isPlain = protocol === 'http:';
  const tls = isPlain ? ' --tls-verify=false' : '';
  const plain = isPlain ? ' --plain-http' : '';
  const login = (program: string, flags: string) => `echo "$TOKEN" | ${program} login${flags} --username token --password-stdin ${host}`;
  return {
    configure: [
      { title: 'Token', language: 'sh', code: 'export TOKEN=<your token>' },
      { title: 'Docker', language: 'sh', code: login('docker', '') },
      { title: 'Podman', language: 'sh', code: login('podman', tls) },
      { title: 'Skopeo', language: 'sh', code: login('skopeo', tls) },
      { title: 'Buildah', language: 'sh', code: login('buildah', tls) },
      { title: 'ORAS', language: 'sh', code: login('oras', plain) },
      { title: 'crane', language: 'sh', code: `echo "$TOKEN" | crane auth login ${host} --username token --password-stdin` },
      { title: 'Helm', language: 'sh', code: login('helm registry', plain) },
    ],
    publish: [
      { title: 'Docker', language: 'sh', code: `docker tag <local image> ${pushed}\ndocker push ${pushed}` },
      { title: 'Podman', language: 'sh', code: `podman push${tls} <local image> docker://${pushed}` },
      { title: 'Skopeo', language: 'sh', code: `skopeo copy${tls.replace('--tls', '--dest-tls')} <source> docker://${pushed}` },
      { title: 'Buildah', language: 'sh', code: `buildah push${tls} <local image> docker://${pushed}` },
      { title: 'ORAS', language: 'sh', code: `oras push${plain} ${pushed} <file>` },
      { title: 'crane', language: 'sh', code: `crane push${isPlain ? ' --insecure' : ''} <image.tar> ${pushed}` },
      { title: 'Helm', language: 'sh', code: `helm push${plain} <chart.tgz> oci://${[host, node].filter((part) => part !== '').join('/')}` },
    ],
    install: [
      { title: 'Docker', language: 'sh', code: `docker pull ${image}` },
      { title: 'Podman', language: 'sh', code: `podman pull${tls} ${image}` },
      { title: 'Skopeo', language: 'sh', code: `skopeo copy${tls.replace('--tls', '--src-tls')} docker://${image} <destination>` },
      { title: 'Buildah', language: 'sh', code: `buildah pull${tls} docker://${image}` },
      { title: 'ORAS', language: 'sh', code: `oras pull${plain} ${image}` },
      { title: 'Helm', language: 'sh', code: `helm pull${plain} oci://${repository} --version <tag>` },
      { title: 'crane', language: 'sh', code: `crane pull${isPlain ? ' --insecure' : ''} ${image} <image.tar>` },
    ],
  };
}

import { type ClientRequest, request } from 'node:http';
import { authorization } from './data.ts';

const query = 'subscription { packagePublished { cursor packageName versionName } }';

/** Subscribes to what is published, over Server-Sent Events; resolves when the server has begun to answer. `onEnd` is told when it no longer does. */
export function follow(url: string, onPublished: (packageName: string, versionName: string) => void, onEnd: () => void = () => undefined): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ query });
    const headers = { ...authorization, accept: 'text/event-stream', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asking = request(`${url}/graphql`, { method: 'POST', headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`subscribing answers ${response.statusCode}`));
      resolve(asking);
      let text = '';
      response.on('error', () => undefined).on('close', onEnd);
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, name, version] = /"packageName":"([^"]+)","versionName":"([^"]+)"/.exec(block) ?? [];
          if (name !== undefined && version !== undefined) onPublished(name, version);
        }
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

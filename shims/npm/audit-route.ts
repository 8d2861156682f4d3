import { sendJson } from '../../src/http/send.ts';
import type { Exchange } from '../kit/shim.ts';

// `npm install` asks for advisories each time and warns where there is no answer. Entrepot knows of none.

/** `POST /-/npm/v1/security/advisories/bulk`. */
export async function bulkAdvisories({ request, response }: Exchange): Promise<void> {
  request.resume();
  sendJson(response, 200, {});
}

/** `POST /-/npm/v1/security/audits[/quick]`: the older form, which yarn and older npm send. */
export async function quickAudit({ request, response }: Exchange): Promise<void> {
  request.resume();
  const vulnerabilities = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 };
  sendJson(response, 200, {
    actions: [],
    advisories: {},
    muted: [],
    metadata: { vulnerabilities, dependencies: 0, devDependencies: 0, optionalDependencies: 0, totalDependencies: 0 },
  });
}

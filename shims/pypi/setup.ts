import type { EndpointSetup, EndpointTarget } from '../../src/formats/format.ts';

/**
 * How Python's tools are set up for an endpoint. All of them read these variables (https://pip.pypa.io/en/stable/topics/configuration/#environment-variables,
 * https://twine.readthedocs.io/en/stable/#environment-variables, https://docs.astral.sh/uv/reference/environment/), so that no token has to be written into a file.
 */
export function setupPyPi({ url, package: name = '<package>', version }: EndpointTarget): EndpointSetup {
  const spec = version === undefined ? name : `${name}==${version}`;
  const simple = `${url}/simple/`;
  const upload = `${url}/legacy/`;
  const withToken = simple.replace('://', '://__token__:$TOKEN@');
  return {
    configure: [
      { title: 'Token', language: 'sh', code: 'export TOKEN=<your token>' },
      { title: 'pip', language: 'sh', code: `export PIP_INDEX_URL="${withToken}"` },
      { title: 'uv', language: 'sh', code: `export UV_DEFAULT_INDEX="${withToken}"` },
    ],
    publish: [
      { title: 'twine', language: 'sh', code: `twine upload --repository-url ${upload} -u __token__ -p "$TOKEN" dist/*` },
      { title: 'uv', language: 'sh', code: `uv publish --publish-url ${upload} --token "$TOKEN" dist/*` },
      { title: 'Poetry', language: 'sh', code: `poetry config repositories.entrepot ${upload}\npoetry config pypi-token.entrepot "$TOKEN"\npoetry publish --repository entrepot` },
      { title: 'Flit', language: 'sh', code: `FLIT_INDEX_URL=${upload} FLIT_USERNAME=__token__ FLIT_PASSWORD="$TOKEN" flit publish` },
    ],
    install: [
      { title: 'pip', language: 'sh', code: `pip install ${spec}` },
      { title: 'uv', language: 'sh', code: `uv pip install ${spec}` },
      { title: 'Poetry', language: 'sh', code: `poetry source add entrepot ${simple}\npoetry config http-basic.entrepot __token__ "$TOKEN"\npoetry add --source entrepot ${name}${version === undefined ? '' : `==${version}`}` },
    ],
  };
}

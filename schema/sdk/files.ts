import { readAnswer } from './answer.ts';
import { slicesOf, type UploadBody, uploadInit } from './body.ts';
import { chunkBytes, sendInChunks } from './chunks.ts';
import { EntrepotError, orThrow } from './error.ts';
import type { Operations, PublishPackageInput, PublishPackageMutation } from './operations.generated.ts';
import type { RequestOptions, Send } from './transport.ts';

/** A file to be sent. */
export interface FileToUpload {
  /** Its name; for some formats a path. */
  fileName: string;
  body: UploadBody;
}

/** Bytes that have arrived. Digests in lower-case hex. */
export interface ReceivedUpload {
  /** What `publishPackage` takes. */
  id: string;
  sizeBytes: number;
  md5: string;
  sha1: string;
  sha256: string;
  sha512: string;
}

/** What to publish: as `publishPackage`, with files in place of uploads. */
export type Publication = Omit<PublishPackageInput, 'uploads'> & { files: readonly FileToUpload[] };

/** Bytes, to the server and back. */
export interface Files {
  /**
   * Sends one file ahead of `publishPackage`, without holding it in memory. Throws EntrepotError. Blobs and buffers of more than 16 MiB
   * go in chunks: where the line breaks, or the server is away for a while, the upload goes on from where it was. Streams go as a whole, and need
   * a `fetch` that sends them (Node, Deno, Bun, and Chromium over HTTP/2); elsewhere give a Blob.
   */
  upload(file: FileToUpload, namespace: string, options?: RequestOptions): Promise<ReceivedUpload>;
  /** Uploads the files, one after the other, and publishes them as one version. Answers as `publishPackage` does. */
  publish(publication: Publication, options?: RequestOptions): Promise<PublishPackageMutation['publishPackage']>;
  /** The bytes of a file of this server, as a response whose body is not read yet. The token goes to the file's URL. Throws EntrepotError. */
  download(file: { downloadUrl: string }, options?: RequestOptions): Promise<Response>;
}

/** These over a way to the server. */
export function createFiles(send: Send, operations: Operations): Files {
  async function upload({ fileName, body }: FileToUpload, namespace: string, options?: RequestOptions): Promise<ReceivedUpload> {
    const { upload: place } = orThrow(await operations.createUpload({ namespace, fileName }, options));
    const slices = slicesOf(body);
    const answer = slices && slices.size > chunkBytes ? sendInChunks(send, place.url, slices, options) : readAnswer(await send(place.url, uploadInit(body), options));
    return (await answer) as ReceivedUpload;
  }

  return {
    upload,
    async publish({ files, ...input }, options) {
      const uploads: string[] = [];
      for (const file of files) uploads.push((await upload(file, input.namespace, options)).id);
      return operations.publishPackage({ ...input, uploads }, options);
    },
    async download({ downloadUrl }, options) {
      const response = await send(downloadUrl, { method: 'GET' }, options);
      if (response.ok) return response;
      await readAnswer(response);
      throw new EntrepotError('BAD_RESPONSE', `The server answered with status ${response.status}.`, { status: response.status });
    },
  };
}

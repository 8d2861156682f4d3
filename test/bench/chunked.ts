/** Finds where a body sent in chunks ends, wherever the network has cut it: https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
export class ChunkedBody {
  /** Of the chunk and the line end behind it, still to come. */
  #left = 0;
  /** What has come of a line. */
  #line = '';
  #isTrailer = false;
  #hasEnded = false;

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Takes bytes from `at` on and returns the position behind those that belong to the body. */
  read(bytes: Buffer, at: number): number {
    let position = at;
    while (position < bytes.length && !this.#hasEnded) {
      if (this.#left > 0) {
        const count = Math.min(this.#left, bytes.length - position);
        this.#left -= count;
        position += count;
        continue;
      }
      const end = bytes.indexOf(0x0a, position);
      this.#line += bytes.toString('latin1', position, end === -1 ? bytes.length : end);
      if (end === -1) return bytes.length;
      position = end + 1;
      this.#endLine();
    }
    return position;
  }

  #endLine(): void {
    const line = this.#line.trim();
    this.#line = '';
    if (this.#isTrailer) {
      this.#hasEnded = line === '';
      return;
    }
    const sizeBytes = Number.parseInt(line, 16);
    if (Number.isNaN(sizeBytes)) throw new Error(`a chunk of the size ${JSON.stringify(line.slice(0, 40))}`);
    if (sizeBytes === 0) this.#isTrailer = true;
    else this.#left = sizeBytes + 2;
  }
}

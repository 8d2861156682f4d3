/** One block of an event stream: what comes between two empty lines. */
export interface StreamBlock {
  /** Its type; `message` where it names none. */
  event: string;
  /** What it carries, lines joined by line feeds; undefined where it has no data, which makes it no event. */
  data: string | undefined;
  /** Where the stream is after it, as its server names positions; undefined where it does not say. */
  id: string | undefined;
}

/**
 * Reads Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation). The returned
 * function takes the bytes as they come, cut anywhere, and gives the blocks that they complete; what is left at the end of the stream is
 * nothing, as the specification has it. Comments, and blocks with neither data nor id, are left out; so is `retry`, since whoever
 * connects again has a pace of its own.
 */
export function createEventStreamParser(): (bytes: Uint8Array) => StreamBlock[] {
  // Takes the byte order mark away, too.
  const decoder = new TextDecoder();
  let line = '';
  let isAfterReturn = false;
  let fields: Partial<StreamBlock> = {};

  return (bytes) => {
    const blocks: StreamBlock[] = [];
    let text = decoder.decode(bytes, { stream: true });
    if (text === '') return blocks;
    // The second half of a line end whose first half was enough.
    if (isAfterReturn && text.startsWith('\n')) text = text.slice(1);
    isAfterReturn = text.endsWith('\r');
    const [first = '', ...others] = text.split(/\r\n|\n|\r/);
    line += first;
    for (const next of others) {
      if (line !== '') readLine(fields, line);
      else {
        if (fields.data !== undefined || fields.id !== undefined) blocks.push({ event: fields.event || 'message', data: fields.data, id: fields.id });
        fields = {};
      }
      line = next;
    }
    return blocks;
  };
}

function readLine(fields: Partial<StreamBlock>, line: string): void {
  const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'event') fields.event = value;
  else if (name === 'data') fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
  else if (name === 'id' && !value.includes('\0')) fields.id = value;
}

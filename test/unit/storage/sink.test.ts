import http from 'node:http';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { SinkClosed } from '../../../src/storage/object-store.ts';
import { guardSink } from '../../../src/storage/sink.ts';

const chunk = Buffer.from('chunk');

describe('guardSink', () => {
  test('takes the next chunk only when the one before has left', async () => {
    const waiting: (() => void)[] = [];
    const sink = new Writable({ write: (_chunk, _encoding, done) => void waiting.push(done) });
    const guarded = guardSink(sink);
    await guarded.send(chunk);
    let second = false;
    const sending = guarded.send(chunk).then(() => (second = true));
    await delay(5);
    expect(second).toBe(false);
    waiting.shift()?.();
    await sending;
    expect(waiting.length).toBe(1);
    waiting.shift()?.();
    await guarded.flush();
  });

  test('never writes to a response that is destroyed, which would emit an error that nobody awaits', async () => {
    const response = new http.ServerResponse(new http.IncomingMessage(new PassThrough() as never));
    response.destroy();
    const guarded = guardSink(response);
    const write = vi.spyOn(response, 'write');
    await expect(guarded.send(chunk)).rejects.toThrow(SinkClosed);
    expect(write).not.toHaveBeenCalled();
  });

  test('does not believe a last write that calls back without error on a dead socket', async () => {
    let done = () => {};
    const sink = new Writable({ emitClose: false, write: (_chunk, _encoding, callback) => void (done = callback) });
    const guarded = guardSink(sink);
    await guarded.send(chunk);
    const flushing = expect(guarded.flush()).rejects.toThrow(SinkClosed);
    done();
    sink.destroy();
    await flushing;
  });

  test('tells once that the sink is gone, and nothing after release', async () => {
    const gone = vi.fn();
    const sink = new PassThrough();
    const guarded = guardSink(sink, gone);
    sink.destroy(new Error('reset'));
    await delay(5);
    expect(gone).toHaveBeenCalledTimes(1);
    guarded.release();
    const other = new PassThrough();
    guardSink(other, gone).release();
    other.destroy();
    await delay(5);
    expect(gone).toHaveBeenCalledTimes(1);
  });
});

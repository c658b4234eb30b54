import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip whose bytes depend on its contents alone: the same sources give the same archive, and Lambda sees no change. */
export async function zip(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  // The first moment that a zip can hold, in local time as zips count, so that the time zone makes no difference.
  const mtime = new Date(1980, 0, 1);
  const archive = new ZipFile();
  for (const [path, contents] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    archive.addBuffer(Buffer.from(contents), path, {
      mtime,
      mode: 0o100644,
      forceDosTimestamp: true,
    });
  }
  archive.end();
  return buffer(archive.outputStream);
}

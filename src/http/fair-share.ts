/**
 * A number of places that clients share: one may take a place while it has fewer than are free. So a single client gets half of them, two get a
 * third each, and however many a few clients take, there is room for one more (the "dynamic thresholds" of Choudhury and Hahne, 1998).
 */
export function createFairShare(places: number) {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    /** Places that are taken. */
    get taken() {
      return all;
    },

    hasRoomFor(client: string): boolean {
      return (taken.get(client) ?? 0) < places - all;
    },

    /** Takes a place, whether there is room or not; the returned function gives it back, once. */
    take(client: string): () => void {
      all += 1;
      taken.set(client, (taken.get(client) ?? 0) + 1);
      let isBack = false;
      return () => {
        if (isBack) return;
        isBack = true;
        all -= 1;
        const left = (taken.get(client) ?? 1) - 1;
        if (left > 0) taken.set(client, left);
        else taken.delete(client);
      };
    },
  };
}

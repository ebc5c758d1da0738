// Text to GB18030, which Node.js reads but does not write: the two-byte part, by asking what each pair of bytes means.

const bytesOf = new Map<string, readonly [number, number]>();
const decoder = new TextDecoder('gb18030');
for (let lead = 0x81; lead <= 0xfe; lead += 1) {
  for (let trail = 0x40; trail <= 0xfe; trail += 1) {
    const character = decoder.decode(Uint8Array.of(lead, trail));
    if (character.length === 1 && character !== '\ufffd') bytesOf.set(character, [lead, trail]);
  }
}

/** @throws RangeError on a character that needs four bytes. */
export const gb18030 = (text: string): Buffer =>
  Buffer.from(
    text.split('').flatMap((character) => {
      const code = character.charCodeAt(0);
      if (code < 0x80) return [code];
      const bytes = bytesOf.get(character);
      if (bytes === undefined) throw new RangeError(`${character} takes more than two bytes in GB18030`);
      return [...bytes];
    }),
  );

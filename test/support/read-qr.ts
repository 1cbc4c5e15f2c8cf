import readCode from 'jsqr';
import type { Locator } from 'playwright-core';

/** What a camera reads of a code on the screen; undefined for nothing. */
export async function readQrOnScreen(picture: Locator): Promise<string | undefined> {
  const shot = await picture.screenshot();
  const { pixels, width, height } = await picture.page().evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const data = context?.getImageData(0, 0, image.width, image.height).data ?? [];
    return { pixels: [...data], width: image.width, height: image.height };
  }, shot.toString('base64'));
  return readCode(new Uint8ClampedArray(pixels), width, height, { inversionAttempts: 'dontInvert' })?.data;
}

/** Bounds of a filter's text. What exceeds one is refused with a sentence. */
export const filterTextMax = 4096;
/** Brackets and nots inside each other. */
export const filterDepthMax = 64;
/** Conditions, each item of a comma list counted. */
export const filterTermsMax = 256;
export const headerNameMax = 256;
/** Characters of one regular expression. */
export const regexMax = 1024;

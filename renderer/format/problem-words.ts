/** Which exchanges are counted as problems. */
export const problemWords = 'Failed, or answered with 400 and above, or with a gRPC status other than 0';

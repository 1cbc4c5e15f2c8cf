/** The exchanges that were read from the packets of a conversation: asked for with each packet that somebody looks at. The proxy's have none and are not in it. */
export const exchangesOfPackets = `
CREATE INDEX exchanges_of_packets ON exchanges (packetConversation) WHERE packetConversation IS NOT NULL;
`;

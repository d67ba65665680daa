package net.catraca.radius.packet;

/** What became of received octets. */
public sealed interface Decoding {

    /** Well-framed: every attribute lies within the packet. Nothing has been verified yet. */
    record Decoded(RadiusPacket packet) implements Decoding {}

    /** To be dropped in silence and counted. */
    record Malformed(Drop reason) implements Decoding {}
}

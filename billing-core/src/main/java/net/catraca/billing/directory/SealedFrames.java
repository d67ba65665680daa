package net.catraca.billing.directory;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import net.catraca.billing.secret.Opening.Opened;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretVault;

/**
 * A stream as a row of sealed frames: [length, sealed octets] … with the last one sealed as the last. A frame that is
 * altered, missing, doubled or of another file does not open.
 */
final class SealedFrames {

    /** Clear octets in a frame: large enough that its tag costs nothing, small enough to hold twice. */
    private static final int FRAME_OCTETS = 1 << 20;

    /** A frame, its header and tag; more than that is not one of ours. */
    private static final int MOST_SEALED_OCTETS = FRAME_OCTETS + 64;

    private SealedFrames() {}

    private static Purpose purpose(String file, int frame, boolean last) {
        return Purpose.DIRECTORY_SNAPSHOT.piece(file + "/" + frame + (last ? "/last" : ""));
    }

    /** Seals what is written to it; {@link #close} seals the last frame and leaves the stream below open. */
    static final class Output extends OutputStream {

        private final DataOutputStream out;
        private final SecretVault vault;
        private final String file;
        private final ByteArrayOutputStream frame = new ByteArrayOutputStream(FRAME_OCTETS);
        private int frames;

        Output(OutputStream out, SecretVault vault, String file) {
            this.out = new DataOutputStream(out);
            this.vault = vault;
            this.file = file;
        }

        @Override
        public void write(int octet) throws IOException {
            makeRoom();
            frame.write(octet);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                makeRoom();
                int some = Math.min(left, FRAME_OCTETS - frame.size());
                frame.write(octets, from, some);
                from += some;
                left -= some;
            }
        }

        private void makeRoom() throws IOException {
            if (frame.size() == FRAME_OCTETS) {
                seal(false);
            }
        }

        private void seal(boolean last) throws IOException {
            byte[] sealed = vault.seal(purpose(file, frames++, last), frame.toByteArray());
            out.writeInt(sealed.length);
            out.write(sealed);
            frame.reset();
        }

        @Override
        public void close() throws IOException {
            seal(true);
            out.flush();
        }
    }

    /** Opens what {@link Output} sealed; ends only after the last frame. */
    static final class Input extends InputStream {

        private final DataInputStream in;
        private final SecretVault vault;
        private final String file;
        private byte[] frame = {};
        private int next;
        private int frames;
        private boolean last;

        Input(InputStream in, SecretVault vault, String file) {
            this.in = new DataInputStream(in);
            this.vault = vault;
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            return hasMore() ? Byte.toUnsignedInt(frame[next++]) : -1;
        }

        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, octets.length);
            if (length == 0) {
                return 0;
            }
            if (!hasMore()) {
                return -1;
            }
            int some = Math.min(length, frame.length - next);
            System.arraycopy(frame, next, octets, offset, some);
            next += some;
            return some;
        }

        private boolean hasMore() throws IOException {
            while (next == frame.length && !last) {
                open();
            }
            return next < frame.length;
        }

        private void open() throws IOException {
            int length = in.readInt();
            if (length < 0 || length > MOST_SEALED_OCTETS) {
                throw new IOException("frame " + frames + ": expected at most " + MOST_SEALED_OCTETS + " octets");
            }
            byte[] sealed = in.readNBytes(length);
            if (sealed.length < length) {
                throw new EOFException("frame " + frames + ": cut short");
            }
            frame = open(sealed);
            next = 0;
            frames++;
        }

        private byte[] open(byte[] sealed) throws IOException {
            if (vault.open(purpose(file, frames, false), sealed) instanceof Opened(var clear)) {
                return clear;
            }
            if (vault.open(purpose(file, frames, true), sealed) instanceof Opened(var clear)) {
                last = true;
                return clear;
            }
            throw new IOException("frame " + frames + ": altered, or sealed with keys that are not ours");
        }
    }
}

package net.catraca.radius.accounting;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What the journal asks of a disk: a folder of files. A test's disk loses what was not forced. */
interface JournalFiles {

    /** Holds the folder against other processes until closed. */
    Closeable lock() throws IOException;

    /** Names of the files in the folder, in no order. */
    List<String> list() throws IOException;

    /**
     * Makes a file of so many zeros, forced, its name too: when it returns a power cut leaves it in place.
     *
     * @throws NoRoomException when the disk is full
     */
    Handle create(String name, int octets) throws IOException;

    Handle open(String name) throws IOException;

    /** Cuts off what lies beyond, and forces that. */
    void truncate(String name, long octets) throws IOException;

    /** Gives the file another name; when it returns a power cut leaves it there. */
    void rename(String name, String to) throws IOException;

    /** Takes the file away; when it returns a power cut does not bring it back. */
    void delete(String name) throws IOException;

    /** An open file. */
    interface Handle extends Closeable {

        long octets() throws IOException;

        /** Writes all that remains in the buffer. */
        void write(ByteBuffer from, long position) throws IOException;

        /** Returns how much was read, -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Returns when what was written survives a power cut. */
        void force() throws IOException;
    }

    /** The disk is full. */
    final class NoRoomException extends IOException {

        private static final long serialVersionUID = 1;

        NoRoomException(String message) {
            super(message);
        }
    }
}

package net.catraca.billing.secret;

/** What came of opening a sealed secret. */
public sealed interface Opening {

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Opened(byte[] clear) implements Opening {
        @Override
        public String toString() {
            return "Opened[hidden]";
        }
    }

    /** @param keyId of a key that is not among ours */
    record KeyMissing(int keyId) implements Opening {}

    /** Altered, cut short, sealed for another purpose, or with another key of the same id. */
    record Damaged() implements Opening {}

    /**
     * The secret in clear, for callers who cannot go on without it.
     *
     * @throws IllegalStateException naming {@code what}, when it did not open
     */
    default byte[] orThrow(String what) {
        return switch (this) {
            case Opened(var clear) -> clear;
            case KeyMissing(var keyId) ->
                throw new IllegalStateException(
                        what + ": sealed with key " + keyId + ", which is not among the secret keys; put it back");
            case Damaged() ->
                throw new IllegalStateException(
                        what + ": damaged, or the secret keys are not those it was sealed with");
        };
    }
}

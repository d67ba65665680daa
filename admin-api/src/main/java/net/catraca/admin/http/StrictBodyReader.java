package net.catraca.admin.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.io.buffer.ByteBuffer;
import io.micronaut.core.io.buffer.ReferenceCounted;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.Headers;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.body.MessageBodyReader;
import io.micronaut.validation.validator.Validator;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Reads every request body that is a record, in place of the framework's lenient reader. */
@Singleton
@Order(StrictBodyReader.BEFORE_THE_LENIENT)
@Consumes(MediaType.APPLICATION_JSON)
final class StrictBodyReader<T> implements MessageBodyReader<T> {

    static final int BEFORE_THE_LENIENT = -100;

    private final RecordReading records;

    StrictBodyReader(Validator validator) {
        this.records = new RecordReading(validator);
    }

    @Override
    public boolean isReadable(Argument<T> type, @Nullable MediaType mediaType) {
        return type.getType().isRecord();
    }

    @Override
    public T read(Argument<T> type, @Nullable MediaType mediaType, Headers headers, ByteBuffer<?> buffer) {
        T read = read(type, buffer.toByteArray());
        if (buffer instanceof ReferenceCounted counted) {
            counted.release(); // after a failure the caller does
        }
        return read;
    }

    @Override
    public T read(Argument<T> type, @Nullable MediaType mediaType, Headers headers, InputStream stream) {
        try {
            return read(type, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private T read(Argument<T> type, byte[] body) {
        BodyDigest.note(body);
        return records.read(JsonParsing.parse(body), type);
    }
}

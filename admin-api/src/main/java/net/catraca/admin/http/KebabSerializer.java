package net.catraca.admin.http;

import io.micronaut.context.annotation.Primary;
import io.micronaut.core.type.Argument;
import io.micronaut.serde.Encoder;
import io.micronaut.serde.Serializer;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Writes every enum constant in answers in the spelling that requests use. */
@Singleton
@Primary // over the framework's, which writes the constant's name
final class KebabSerializer<E extends Enum<E>> implements Serializer<E> {

    @Override
    public void serialize(Encoder encoder, EncoderContext context, Argument<? extends E> type, E value)
            throws IOException {
        encoder.encodeString(Kebab.of(value));
    }
}

package net.catraca.admin.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** That a write heeds the header {@code If-Match}, for the API's description; {@link Etag} reads it. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface IfMatch {

    /** Whether the write is refused without it. */
    boolean required() default false;
}

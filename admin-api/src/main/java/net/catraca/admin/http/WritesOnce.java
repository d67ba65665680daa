package net.catraca.admin.http;

import io.micronaut.aop.Around;
import io.micronaut.context.annotation.Type;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A resource's method that writes. It runs in one transaction; with the header {@code Idempotency-Key} the answer is
 * committed with it, and a repetition gets the same answer without a second write.
 */
@Around
@Type(OnceInterceptor.class)
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface WritesOnce {

    /** Whether the answer holds a secret that must not be kept: a repetition is then told so with 409. */
    boolean secretAnswer() default false;

    /**
     * Whether the method makes transactions of its own, one after the other, and may be repeated by its nature: then
     * there is no transaction around it, and an {@code Idempotency-Key} is accepted without being kept.
     */
    boolean ownTransactions() default false;
}

package org.openpks.uaa.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a caller must hold to come to a route: one of the scopes, or `uaa.admin`. Checked before the body is
/// read.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Scopes {

    /// Any of these; none = every authenticated caller.
    String[] value();

    /// The path variable with a user's id: that user needs no scope.
    String self() default "";
}

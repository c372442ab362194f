package org.openpks.api.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a route is called in the audit log. Every route that needs a token has such a name.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Audited {

    /// Such as `create-cluster`: the name of the command that asks for it.
    String value();

    /// Whether it hands out credentials, so that it is logged although it changes nothing.
    boolean credentials() default false;
}

package org.openpks.api.access;

/// The body of every answer that is none of the 2xx: one sentence for the person who asked.
public record ErrorBody(String body) {}

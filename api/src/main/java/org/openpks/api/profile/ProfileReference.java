package org.openpks.api.profile;

import java.util.UUID;

/// A kubernetes profile that a cluster has, without what it holds.
public record ProfileReference(UUID id, String name) {}

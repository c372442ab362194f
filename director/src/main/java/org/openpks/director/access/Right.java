package org.openpks.director.access;

/// What somebody may do at the Director and at CredHub.
enum Right {
    READ,
    WRITE,
    UPLOAD_STEMCELLS,
    UPLOAD_RELEASES,
    READ_CREDENTIALS,
    WRITE_CREDENTIALS
}

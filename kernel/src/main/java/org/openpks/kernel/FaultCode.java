package org.openpks.kernel;

/// A named reason for a failure. Each part has its own enum of codes; the kind says whose problem it is.
public interface FaultCode {

    /// The code's stable name, as it stands in logs: for example `CLUSTER_UNKNOWN`.
    String name();

    Kind kind();

    /// Whose problem a failure is, and the HTTP status that says so. Parts with a protocol of their own map it
    /// further.
    enum Kind {
        /// The request is malformed or asks for something that makes no sense.
        INVALID(400),
        /// Nobody is logged in, or the credentials are wrong.
        UNAUTHENTICATED(401),
        /// The caller is known but may not do this.
        FORBIDDEN(403),
        /// The thing does not exist, or the caller may not know that it does.
        MISSING(404),
        /// The request contradicts the state that is there.
        CONFLICT(409),
        /// The thing existed and is gone.
        GONE(410),
        /// The request's body is larger than the limit.
        TOO_LARGE(413),
        /// The request is well formed but cannot be carried out as it stands.
        UNPROCESSABLE(422),
        /// A limit or quota is spent.
        CAPACITY(422),
        /// Another part, or something below us, does not answer as it should.
        DEPENDENCY(502),
        /// Our own mistake.
        BUG(500);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}

package org.openpks.component;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses bodies above a limit: by their declared length at once, and chunked ones when they pass it.
///
/// What the client still sends is read and thrown away, up to [#DRAINED_BYTES] and for at most [#DRAINED_TIME]: a
/// connection that is closed while its client writes is reset, and takes the answer along.
final class BodyLimitFilter extends OncePerRequestFilter {

    private static final long DRAINED_BYTES = 64L << 20;
    private static final Duration DRAINED_TIME = Duration.ofSeconds(10);

    private final long maximum;

    BodyLimitFilter(long maximum) {
        this.maximum = maximum;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (maximum <= 0) {
            chain.doFilter(request, response);
        } else if (request.getContentLengthLong() > maximum) {
            refuse(response);
            drain(request, response);
        } else if (request.getContentLengthLong() >= 0) {
            chain.doFilter(request, response);
        } else {
            var limited = new Limited(request, maximum);
            chain.doFilter(limited, response);
            if (limited.exceeded()) {
                drain(request, response);
            }
        }
    }

    /// The answer leaves first, so that a client that reads while it writes may stop.
    private static void drain(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.flushBuffer();
        long end = System.nanoTime() + DRAINED_TIME.toNanos();
        var buffer = new byte[16 << 10];
        var body = request.getInputStream();
        long left = DRAINED_BYTES;
        try {
            for (int count = 0; count >= 0 && left > 0 && System.nanoTime() < end; left -= count) {
                count = body.read(buffer);
            }
        } catch (IOException gone) {
            // The client has read its answer and left: nobody waits for more.
            return;
        }
    }

    /// The body carries the sentence under the key of every protocol of ours, so that each client finds it.
    private void refuse(HttpServletResponse response) throws IOException {
        var sentence = "The request body is larger than the limit of " + maximum + " bytes.";
        response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
        response.setContentType("application/json");
        response.setHeader("Connection", "close");
        response.getWriter()
                .write("{\"body\":\"%1$s\",\"description\":\"%1$s\",\"error\":\"TooLarge\"}".formatted(sentence));
    }

    private static final class Limited extends HttpServletRequestWrapper {
        private final long maximum;
        private @Nullable LimitedStream stream;

        Limited(HttpServletRequest request, long maximum) {
            super(request);
            this.maximum = maximum;
        }

        boolean exceeded() {
            return stream != null && stream.left < 0;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (stream == null) {
                stream = new LimitedStream(super.getInputStream(), maximum);
            }
            return stream;
        }
    }

    private static final class LimitedStream extends ServletInputStream {
        private final ServletInputStream stream;
        private long left;

        LimitedStream(ServletInputStream stream, long maximum) {
            this.stream = stream;
            this.left = maximum;
        }

        @Override
        public int read() throws IOException {
            int value = stream.read();
            if (value >= 0) {
                count(1);
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = stream.read(buffer, offset, length);
            if (count > 0) {
                count(count);
            }
            return count;
        }

        private void count(int bytes) throws BodyTooLargeException {
            left -= bytes;
            if (left < 0) {
                throw new BodyTooLargeException();
            }
        }

        @Override
        public boolean isFinished() {
            return stream.isFinished();
        }

        @Override
        public boolean isReady() {
            return stream.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            stream.setReadListener(listener);
        }
    }
}

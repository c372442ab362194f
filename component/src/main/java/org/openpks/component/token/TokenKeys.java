package org.openpks.component.token;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The keys that UAA signs tokens with, cached. A key that is not among them makes UAA be asked again, at most once
/// a second, so that a rotated key is known at once and a flood of forged tokens stays ours. While UAA is silent
/// the keys stay good for an hour.
public final class TokenKeys implements JWKSource<SecurityContext> {

    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration USABLE = Duration.ofHours(1);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http;
    private final URI address;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Known known;
    private @Nullable Instant asked;

    private record Known(JWKSet keys, Instant at) {}

    /// @param http trusts UAA's authority
    /// @param address of UAA's `/token_keys`
    public TokenKeys(HttpClient http, URI address, InstantSource clock) {
        this.http = http;
        this.address = address;
        this.clock = clock;
    }

    /// Whether tokens can be checked: keys are known, or UAA gives them now.
    public boolean available() {
        try {
            return !get(new JWKSelector(new JWKMatcher.Builder().build()), null).isEmpty();
        } catch (KeySourceException e) {
            return false;
        }
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        var seen = known;
        if (seen != null && clock.instant().isBefore(seen.at().plus(FRESH))) {
            var found = selector.select(seen.keys());
            if (!found.isEmpty()) {
                return found;
            }
        }
        return selector.select(newerThan(seen).keys());
    }

    private Known newerThan(@Nullable Known seen) throws KeySourceException {
        fetching.lock();
        try {
            var current = known;
            if (current != null && (seen == null || current.at().isAfter(seen.at()) || askedLately())) {
                return current;
            }
            asked = clock.instant();
            var fetched = new Known(fetch(), clock.instant());
            known = fetched;
            return fetched;
        } catch (RemoteKeySourceException e) {
            if (seen != null && clock.instant().isBefore(seen.at().plus(USABLE))) {
                return seen;
            }
            throw e;
        } finally {
            fetching.unlock();
        }
    }

    private boolean askedLately() {
        var last = asked;
        return last != null && clock.instant().isBefore(last.plus(LEAST_PAUSE));
    }

    private JWKSet fetch() throws RemoteKeySourceException {
        var request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new RemoteKeySourceException("UAA answered with status " + response.statusCode(), null);
            }
            return JWKSet.parse(response.body());
        } catch (IOException | ParseException e) {
            throw new RemoteKeySourceException("UAA gives no token keys: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteKeySourceException("The request for the token keys was interrupted", e);
        }
    }
}

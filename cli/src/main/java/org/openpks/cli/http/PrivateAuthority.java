package org.openpks.cli.http;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Believes the servers that the user's own CA vouches for, under the host names in their certificates.
///
/// The JDK's manager would do the same, but reads all public CAs during each first handshake to apply extra rules
/// to certificates under those; that takes longer than the handshake. So the chain is left to the JDK and the name
/// is checked by [HostNames].
final class PrivateAuthority extends X509ExtendedTrustManager {
    private final X509TrustManager chains;

    /// @param chains checks chains of certificates, not names
    PrivateAuthority(X509TrustManager chains) {
        this.chains = chains;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        chains.checkServerTrusted(chain, type);
        HostNames.check(engine.getPeerHost(), chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        if (!(socket instanceof SSLSocket tls)) {
            throw new CertificateException("not a TLS connection");
        }
        chains.checkServerTrusted(chain, type);
        HostNames.check(tls.getHandshakeSession().getPeerHost(), chain[0]);
    }

    /// Refused, because without a connection there is no host name to check.
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("no connection to check the host name of");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        chains.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        chains.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }
}

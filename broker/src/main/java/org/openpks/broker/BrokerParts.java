package org.openpks.broker;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.bosh.Authorization;
import org.openpks.bosh.CredHub;
import org.openpks.bosh.Director;
import org.openpks.bosh.HttpCredHub;
import org.openpks.bosh.HttpDirector;
import org.openpks.bosh.UaaAuthorization;
import org.openpks.bosh.UaaDiscovery;
import org.openpks.broker.binding.Bindings;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.director.VmTypes;
import org.openpks.broker.instance.Failures;
import org.openpks.broker.instance.Instances;
import org.openpks.broker.instance.Metrics;
import org.openpks.broker.settings.BrokerSettings;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.startup.StartupCheck;
import org.openpks.broker.web.BrokerWeb;
import org.openpks.kernel.TlsClients;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The broker without its adapter.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerSettings.class)
@Import(BrokerWeb.class)
class BrokerParts {

    @Bean
    OdbConfig odbConfig(BrokerSettings settings) {
        return OdbConfig.read(settings.config());
    }

    @Bean
    Director boshDirector(OdbConfig config, BrokerSettings settings, InstantSource clock) {
        var endpoint = config.bosh();
        var http = client(endpoint);
        return new HttpDirector(
                http,
                endpoint.url(),
                authorization(endpoint, http, () -> UaaDiscovery.ofDirector(http, endpoint.url()), clock),
                settings.directorPatience());
    }

    @Bean
    CredHub credHub(OdbConfig config, BrokerSettings settings, InstantSource clock) {
        var endpoint = config.credhub();
        var http = client(endpoint);
        return new HttpCredHub(
                http,
                endpoint.url(),
                authorization(endpoint, http, () -> UaaDiscovery.ofCredHub(http, endpoint.url()), clock),
                settings.directorPatience());
    }

    @Bean
    DirectorCheck directorCheck(Director director, BrokerSettings settings, InstantSource clock) {
        return new DirectorCheck(director, settings.directorCheck(), clock);
    }

    @Bean
    VmTypes vmTypes(Director director, BrokerSettings settings, InstantSource clock) {
        return new VmTypes(director, settings.directorCheck(), clock);
    }

    @Bean
    Offer offer(OdbConfig config, ServiceAdapter adapter, VmTypes vmTypes) {
        return new Offer(config, adapter, vmTypes);
    }

    @Bean
    Failures failures(OdbConfig config) {
        return new Failures(config.service().name(), config.broker().exposeErrors());
    }

    @Bean
    Instances instances(
            Director director,
            DirectorCheck check,
            CredHub credhub,
            ServiceAdapter adapter,
            Offer offer,
            OdbConfig config,
            Failures failures,
            InstantSource clock,
            BrokerSettings settings) {
        return new Instances(
                director,
                check,
                credhub,
                adapter,
                offer,
                config,
                failures,
                clock,
                settings.adoptAfter(),
                settings.tombstone());
    }

    @Bean
    CertificateWatch certificateWatch(Instances instances, BrokerSettings settings) {
        return new CertificateWatch(instances, settings.certificateCheck(), settings.certificateWarning());
    }

    @Bean
    Metrics metrics(Instances instances, Offer offer) {
        return new Metrics(instances, offer);
    }

    @Bean
    Bindings bindings(
            Director director,
            DirectorCheck check,
            CredHub credhub,
            ServiceAdapter adapter,
            Offer offer,
            Instances instances) {
        return new Bindings(director, check, credhub, adapter, offer, instances);
    }

    @Bean
    StartupCheck startupCheck(
            Director director,
            DirectorCheck check,
            Instances instances,
            OdbConfig config,
            InstantSource clock,
            BrokerSettings settings) {
        return new StartupCheck(director, check, instances, config.service(), clock, settings.startPatience());
    }

    /// Runs once everything else is up.
    @Bean
    ApplicationRunner startupCheckRunner(StartupCheck check) {
        return arguments -> check.run();
    }

    private static HttpClient client(OdbConfig.Endpoint endpoint) {
        return TlsClients.trusting(endpoint.caCert());
    }

    /// @param discovered gives the UAA when the configuration names none
    private static Authorization authorization(
            OdbConfig.Endpoint endpoint, HttpClient http, Supplier<URI> discovered, InstantSource clock) {
        return switch (endpoint.login()) {
            case OdbConfig.Login.Basic(var username, var password) -> Authorization.basic(username, password);
            case OdbConfig.Login.Uaa(var uaa, var id, var secret) ->
                new UaaAuthorization(http, () -> uaa.orElseGet(discovered), id, secret, clock);
        };
    }
}

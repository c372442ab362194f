package org.openpks.director.agent.monit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/// What monit answers to `/_status?format=xml`: the process services, without the machine's own entry.
public record MonitStatus(List<Service> services) {

    private static final String PROCESS = "3";
    private static final int NOT_MONITORED = 0;
    private static final int INITIALIZING = 2;

    public MonitStatus {
        services = List.copyOf(services);
    }

    /// @param state running, failing, starting or unknown (not monitored), in the words of BOSH
    public record Service(
            String name, String state, long uptimeSeconds, long memoryKb, double memoryPercent, double cpuPercent) {}

    public Optional<Service> service(String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    public List<String> names() {
        return services.stream().map(Service::name).collect(Collectors.toList());
    }

    /// Reads the answer's body.
    public static MonitStatus parse(byte[] xml) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            // the usual one prints
            builder.setErrorHandler(new DefaultHandler());
            var document = builder.parse(new ByteArrayInputStream(xml));
            var nodes = document.getElementsByTagName("service");
            var services = new ArrayList<Service>();
            for (int i = 0; i < nodes.getLength(); i++) {
                var element = (Element) nodes.item(i);
                if (element.getAttribute("type").equals(PROCESS)) {
                    services.add(service(element));
                }
            }
            return new MonitStatus(services);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK has no safe XML parser", e);
        } catch (SAXException | IOException | NumberFormatException e) {
            throw new IllegalArgumentException("monit's status is no XML of the known form", e);
        }
    }

    private static Service service(Element element) {
        return new Service(
                text(element, "name").orElseThrow(() -> new IllegalArgumentException("a service without a name")),
                state((int) number(element, "monitor"), (long) number(element, "status")),
                (long) number(element, "uptime"),
                (long) child(element, "memory")
                        .map(memory -> number(memory, "kilobytetotal"))
                        .orElse(0.0)
                        .doubleValue(),
                child(element, "memory")
                        .map(memory -> number(memory, "percenttotal"))
                        .orElse(0.0),
                Math.max(
                        0,
                        child(element, "cpu")
                                .map(cpu -> number(cpu, "percenttotal"))
                                .orElse(0.0)));
    }

    private static String state(int monitor, long status) {
        return switch (monitor) {
            case NOT_MONITORED -> "unknown";
            case INITIALIZING -> "starting";
            default -> status == 0 ? "running" : "failing";
        };
    }

    private static double number(Element element, String name) {
        return text(element, name).map(Double::valueOf).orElse(0.0);
    }

    private static Optional<String> text(Element element, String name) {
        return child(element, name).map(found -> found.getTextContent().strip());
    }

    private static Optional<Element> child(Element element, String name) {
        for (var node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element found && found.getTagName().equals(name)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}

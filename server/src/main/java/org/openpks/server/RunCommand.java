package org.openpks.server;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;

/// The control plane in the foreground, until a signal ends it.
@Command(
        name = "run",
        description =
                "Run the control plane in the foreground, for a service manager. 'up' starts it in the background.")
final class RunCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    @Override
    public Integer call() throws InterruptedException {
        // Tomcat logs by java.util.logging; its lines belong into the one log.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        var home = Main.home();
        var process = new ControlPlaneProcess(home);
        process.claim();
        var progress = new Progress(home.progress());
        try {
            var installation = Main.installation();
            var plane = ControlPlane.start(installation, installation.artifacts(), progress);
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                plane.close();
                process.removePid();
                stopped.countDown();
            }));
            progress.line(Progress.READY);
            log.info("The control plane is up");
            stopped.await();
            return 0;
        } catch (RuntimeException e) {
            log.error("The control plane did not start", e);
            progress.line(Progress.FAILED + Main.sentence(e));
            process.removePid();
            throw e;
        }
    }
}

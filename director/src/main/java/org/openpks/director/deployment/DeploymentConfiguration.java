package org.openpks.director.deployment;

import java.time.InstantSource;
import org.openpks.director.agent.Agent.Agents;
import org.openpks.director.config.Configs;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.JdbcInstances;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.deployment.step.Preparation;
import org.openpks.director.event.Events;
import org.openpks.director.release.Releases;
import org.openpks.director.release.Stemcells;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.task.Tasks;
import org.openpks.director.template.JRubyTemplateRenderer;
import org.openpks.director.template.TemplateRenderer;
import org.openpks.director.variable.Variables;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/// Puts the deployment part together.
@Configuration(proxyBeanMethods = false)
class DeploymentConfiguration {

    /// Ruby starts with the application and gets ready in the background.
    @Bean(destroyMethod = "close")
    JRubyTemplateRenderer templateRenderer() {
        return JRubyTemplateRenderer.start();
    }

    @Bean
    TemplateWarmth templateWarmth(TemplateRenderer renderer, Releases releases) {
        return new TemplateWarmth(renderer, releases);
    }

    @Bean
    Instances instances(JdbcClient jdbc, PlatformTransactionManager transactions, InstantSource clock) {
        return new JdbcInstances(jdbc, transactions, clock);
    }

    @Bean
    Machines machines(Cpi cpi, Agents agents, Instances instances, DirectorSettings settings) {
        return new Machines(cpi, agents, instances, settings.name());
    }

    @Bean
    DeploymentJobs deploymentJobs(
            DeploymentStore deployments,
            Instances instances,
            Machines machines,
            Releases releases,
            Stemcells stemcells,
            Variables variables,
            Configs configs,
            TemplateRenderer renderer,
            Events events,
            DirectorSettings settings) {
        var preparation = new Preparation(releases, stemcells, variables, instances, machines, renderer);
        return new DeploymentJobs(
                deployments, instances, machines, preparation, configs, variables, events, settings.name());
    }

    @Bean
    UpdateDeploymentJob updateDeploymentJob(DeploymentJobs jobs) {
        return new UpdateDeploymentJob(jobs);
    }

    @Bean
    DeleteDeploymentJob deleteDeploymentJob(DeploymentJobs jobs) {
        return new DeleteDeploymentJob(jobs);
    }

    @Bean
    RunErrandJob runErrandJob(DeploymentJobs jobs) {
        return new RunErrandJob(jobs);
    }

    @Bean
    UpdateInstanceJob updateInstanceJob(DeploymentJobs jobs) {
        return new UpdateInstanceJob(jobs);
    }

    @Bean
    ScanAndFixJob scanAndFixJob(Instances instances, Machines machines) {
        return new ScanAndFixJob(instances, machines);
    }

    @Bean
    Resurrector resurrector(
            Deployments deployments,
            Instances instances,
            Machines machines,
            Tasks tasks,
            DirectorSettings settings,
            InstantSource clock) {
        return new Resurrector(deployments, instances, machines, tasks, settings.resurrectEvery(), clock);
    }

    @Bean
    Errands errands(Deployments deployments, Releases releases) {
        return new ManifestErrands(deployments, releases);
    }
}

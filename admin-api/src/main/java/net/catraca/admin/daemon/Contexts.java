package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import net.catraca.admin.settings.Settings;

/** Makes the application context from the settings, and from nothing else: no file or variable of Micronaut's own. */
public final class Contexts {

    private Contexts() {}

    public static ApplicationContext start(Settings settings, DatabaseAccess database) {
        return ApplicationContext.builder()
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .environmentPropertySource(false)
                .banner(false)
                .properties(ContextProperties.of(settings, database))
                .singletons(settings)
                .start();
    }
}

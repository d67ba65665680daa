package net.catraca.admin.command;

import net.catraca.admin.Catraca;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** Which release this is, as the build wrote it into the jar. */
final class Version implements IVersionProvider {

    static String text() {
        @Nullable String version = Catraca.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"catraca " + text(), "JDK " + Runtime.version()};
    }
}

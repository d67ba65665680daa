package net.catraca.admin.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A short program run to its end. */
final class Command {

    /** Of what a program says, so much is kept: enough for its last words. */
    private static final int MOST_OUTPUT = 64 * 1024;

    private Command() {}

    /** @param output standard output and error, mixed as they came */
    record Result(int exitCode, String output) {
        boolean isSuccess() {
            return exitCode == 0;
        }

        String lastLine() {
            List<String> lines = output.strip().lines().toList();
            return lines.isEmpty() ? "exit code " + exitCode : lines.getLast();
        }
    }

    static Result run(List<String> command, Path folder) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        setEnvironment(builder.environment());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = read(process.getInputStream());
            return new Result(process.waitFor(), output);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", interrupted);
        } catch (IOException missing) {
            return new Result(127, String.valueOf(missing.getMessage()));
        }
    }

    /** The same on every machine, and nothing of ours: our environment may hold secrets. */
    static void setEnvironment(Map<String, String> environment) {
        environment.clear();
        environment.put("LC_ALL", "C");
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    private static String read(InputStream stream) throws IOException {
        byte[] head = stream.readNBytes(MOST_OUTPUT);
        stream.transferTo(java.io.OutputStream.nullOutputStream());
        return new String(head, StandardCharsets.UTF_8);
    }
}

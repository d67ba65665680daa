package net.catraca.admin.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import net.catraca.admin.simulator.Account.Method;
import org.jspecify.annotations.Nullable;

/** Reads who plays: lines of words with commas between; empty ones and those that begin with # say nothing. */
public final class CastFiles {

    private CastFiles() {}

    /** {@code login,password[,pap|chap|mschapv2][,reject]} */
    public static List<Account> accounts(Path file) {
        return read(file, CastFiles::account);
    }

    /** {@code name,address,secret,vendor,CoA port} */
    public static List<NasSettings> nases(Path file) {
        return read(file, CastFiles::nas);
    }

    private static Account account(String[] words) {
        if (words.length < 2) {
            throw new IllegalArgumentException("expected login,password[,pap|chap|mschapv2][,reject]");
        }
        @Nullable Method method = null;
        boolean refused = false;
        for (int i = 2; i < words.length; i++) {
            if (words[i].equals("reject")) {
                refused = true;
            } else {
                method = Method.valueOf(words[i].toUpperCase(Locale.ROOT));
            }
        }
        return new Account(words[0], words[1], method, refused);
    }

    private static NasSettings nas(String[] words) {
        if (words.length != 5) {
            throw new IllegalArgumentException("expected name,address,secret,vendor,CoA port");
        }
        try {
            return NasSettings.of(
                    words[0],
                    InetAddress.getByName(words[1]),
                    words[2],
                    RouterModel.parse(words[3]),
                    Integer.parseInt(words[4]));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("there is no address " + words[1], e);
        }
    }

    private static <T> List<T> read(Path file, Function<String[], T> reader) {
        List<T> all = new ArrayList<>();
        int number = 0;
        try (var lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    all.add(reader.apply(line.strip().split(",", -1)));
                }
            }
            return all;
        } catch (IOException e) {
            throw new SimulationException(file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new SimulationException(file + ":" + number + ": " + e.getMessage(), e);
        }
    }
}

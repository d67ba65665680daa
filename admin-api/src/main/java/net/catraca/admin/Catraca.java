package net.catraca.admin;

import net.catraca.admin.command.CommandLines;

/** Where the process begins. */
public final class Catraca {

    private Catraca() {}

    public static void main(String[] arguments) {
        System.exit(CommandLines.catraca().execute(arguments));
    }
}

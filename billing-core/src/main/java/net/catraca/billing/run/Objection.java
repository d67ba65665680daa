package net.catraca.billing.run;

/**
 * Why a run must not go on before a second person has seen it.
 *
 * @param guard the name of who objects, kebab-case and stable
 * @param scope what of the run it is about: {@code all}, {@code nas bras-01}, {@code agreement itau-1}
 * @param why the fact, for the person who must approve
 */
public record Objection(String guard, String scope, String why) {}

package net.catraca.radius.flow;

import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber's router may show, in the subscribers' language: short, without amounts, and the same for every
 * failed proof, so that it does not tell which logins exist.
 */
final class ReplyMessages {

    static final String IN_USE = "Login já conectado em outro lugar.";
    static final String LOCKED = "Login não permitido neste equipamento ou local. Fale com o atendimento.";
    static final String NO_ADDRESS = "Sem endereço disponível. Tente de novo em alguns minutos.";
    static final String NOT_PROVEN = "Usuário ou senha inválidos.";

    private ReplyMessages() {}

    /** Null when there is nothing to say. */
    static @Nullable String of(AccessAnswer answer) {
        return switch (answer.rule()) {
            case CANCELLED -> "Contrato encerrado.";
            case AWAITING_ACTIVATION -> answer.level() == AccessLevel.ACTIVE ? null : "Contrato aguardando ativação.";
            case MANUAL_BLOCK -> "Acesso bloqueado. Fale com o atendimento.";
            case PAUSE -> "Acesso em pausa, a pedido.";
            default ->
                switch (answer.level()) {
                    case ACTIVE -> null;
                    case REDUCED -> "Velocidade reduzida: há fatura em atraso.";
                    case BLOCKED -> "Acesso bloqueado: há fatura em atraso.";
                    case REFUSED -> "Acesso recusado.";
                };
        };
    }
}

package net.catraca.radius.flow;

import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.flow.Admission.Dropped;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;

/**
 * The way of a packet that comes to the accounting port. Status-Server is answered; an Accounting-Request is not, as
 * long as nothing keeps it: an Accounting-Response says that the record is safe (RFC 2866 §2), and without one the NAS
 * keeps it and asks again. Belongs to one event loop, and throws for no input.
 */
public final class AccountingFlow {

    private final Gate gate;
    private final StatusServer statusServer;
    private final Notes notes;

    public AccountingFlow(Gate gate, StatusServer statusServer, Notes notes) {
        this.gate = gate;
        this.statusServer = statusServer;
        this.notes = notes;
    }

    public Answer answer(Datagram in) {
        try {
            return switch (gate.open(in)) {
                case Dropped(var why, var nas) -> notes.dropped(why, in.origin(), nas);
                case Admitted request -> answer(request);
            };
        } catch (RuntimeException defect) {
            return notes.failed(defect, in.origin());
        }
    }

    private Answer answer(Admitted request) {
        return switch (request.packet().code()) {
            case ACCOUNTING_REQUEST -> notes.dropped(Drop.ACCOUNTING_NOT_KEPT, request);
            case STATUS_SERVER -> statusServer.answer(request, PacketCode.ACCOUNTING_RESPONSE);
            default -> notes.dropped(Drop.UNEXPECTED_CODE, request);
        };
    }
}

package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.contract.Contract;

/** Contracts as they are stored. What changes access is written within an {@link AccessWrite}. */
@Singleton
public final class Contracts {

    private final ContractRepository rows;

    Contracts(ContractRepository rows) {
        this.rows = rows;
    }

    public Optional<Contract> find(long id) {
        return rows.findById(id).map(ContractRow::contract);
    }

    public Optional<Contract> findByExternalId(String externalId) {
        return rows.findByExternalId(externalId).map(ContractRow::contract);
    }

    public List<Contract> findAll(Collection<Long> ids) {
        return rows.findByIdInList(ids).stream().map(ContractRow::contract).toList();
    }

    /** All of a customer's contracts, cancelled ones too, oldest first. */
    public List<Contract> ofCustomer(long customerId) {
        return rows.findByCustomerIdOrderById(customerId).stream()
                .map(ContractRow::contract)
                .toList();
    }

    /** Inserts a contract, whatever its id says, and returns it with its own. */
    Contract insert(Contract contract) {
        return rows.save(ContractRow.of(contract, null)).contract();
    }

    /** Writes all columns; the caller holds the row locked. */
    void update(Contract contract) {
        rows.update(ContractRow.of(contract, contract.id()));
    }
}

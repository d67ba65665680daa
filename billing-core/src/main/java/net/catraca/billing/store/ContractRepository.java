package net.catraca.billing.store;

import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface ContractRepository extends GenericRepository<ContractRow, Long> {

    Optional<ContractRow> findById(long id);

    Optional<ContractRow> findByExternalId(String externalId);

    List<ContractRow> findByExternalIdInList(Collection<String> externalIds);

    ContractRow save(ContractRow row);

    ContractRow update(ContractRow row);
}

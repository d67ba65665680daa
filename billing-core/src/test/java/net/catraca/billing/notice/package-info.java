@org.jspecify.annotations.NullMarked
package net.catraca.billing.notice;

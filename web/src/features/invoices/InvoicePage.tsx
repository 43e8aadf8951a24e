import { Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { download, post, put } from '@/api/client';
import { may } from '@/api/may';
import { useInvoice } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Invoice, Party, PaymentMethod } from '@/api/types';
import { useTranslation, type Key } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { today } from '@/time';
import { useAction, useDone } from '@/ui/actions';
import { Card, Empty, Facts, Failure, Loading, Note, Page, Status } from '@/ui/basics';
import { ConfirmDialog } from '@/ui/dialogs';
import { DayInput } from '@/ui/fields';
import { Icon } from '@/ui/icons';

const methods: PaymentMethod[] = ['Bankgiro', 'Plusgiro', 'Card', 'Swish', 'Cash', 'Other'];

export function InvoicePage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const invoice = useInvoice(id);
  if (invoice.data) return <Shown invoice={invoice.data} />;
  return <Page title={t('invoices.one')}>{invoice.error ? <Failure error={invoice.error} /> : <Loading rows={6} />}</Page>;
}

function Shown({ invoice }: { invoice: Invoice }) {
  const { t, has } = useTranslation();
  const fmt = useFormat();
  const { references: { order, buyer, project }, paymentTo } = invoice;
  const missing = (name: string) => (has(`missing.${name}`) ? t(`missing.${name}` as Key) : name);
  return (
    <Page
      title={invoice.invoiceNumber ? `${t(invoice.kind === 'CreditNote' ? 'invoices.creditNote' : 'invoices.one')} ${invoice.invoiceNumber}` : t('invoices.draft')}
      subtitle={<Group gap="xs"><Status kind="invoice" status={invoice.status} /><span>{t('invoices.dueOn', { day: invoice.dueDate })}</span></Group>}
      actions={<Actions invoice={invoice} />}
    >
      {(invoice.missing ?? []).length > 0 && <Note tone="amber">{t('invoices.missing')} {(invoice.missing ?? []).map(missing).join(', ')}. <Link to={`/customers/${invoice.crewCustomerId}`} style={{ color: 'inherit' }}>{t('invoices.fillIn')}</Link></Note>}
      <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
        <Card title={t('invoices.seller')}><PartyFacts party={invoice.seller} /></Card>
        <Card title={t('invoices.buyer')}><PartyFacts party={invoice.buyer} /></Card>
        <Card title={t('invoices.payment')}>
          <Facts
            items={[
              [t('invoices.issued'), invoice.issuedDate], [t('invoices.due'), invoice.dueDate], [t('label.bankgiro'), fmt.bankgiro(paymentTo.bankgiro)], [t('label.plusgiro'), fmt.plusgiro(paymentTo.plusgiro)],
              ['IBAN', paymentTo.iban], ['BIC', paymentTo.bic], ['OCR', invoice.ocr], [t('invoices.supply'), invoice.supplyFrom === invoice.supplyTo ? invoice.supplyFrom : `${invoice.supplyFrom} – ${invoice.supplyTo}`],
              [t('label.orderReference'), order], [t('label.buyerReference'), buyer], [t('label.project'), project],
              [t('bookings.one'), invoice.bookingId && <Link key="booking" className="sf-link" to={`/bookings/${invoice.bookingId}`}>{t('invoices.showBooking')}</Link>],
              [t('invoices.original'), invoice.original && <Link key="original" className="sf-link" to={`/invoices/${invoice.original}`}>{t('invoices.showOriginal')}</Link>],
              [t('invoices.creditNote'), invoice.creditNote && <Link key="credit" className="sf-link" to={`/invoices/${invoice.creditNote}`}>{t('invoices.showCredit')}</Link>],
            ]}
          />
        </Card>
      </SimpleGrid>
      <Card title={t('invoices.lines')} pad={false}><Lines invoice={invoice} /></Card>
      <Card title={t('invoices.payments')} pad={false}><Payments invoice={invoice} /></Card>
    </Page>
  );
}

function PartyFacts({ party }: { party: Party }) {
  const { t } = useTranslation();
  return (
    <Stack gap={2}>
      <Text fw={600}>{party.name}</Text>
      <Text size="sm">{party.address}</Text>
      <Text size="sm">{[party.zipCode, party.city].filter(Boolean).join(' ')}</Text>
      {party.orgNumber && <Text size="sm" c="dimmed" mt={6}>{t('label.orgNumber')} {party.orgNumber}</Text>}
      {party.vatNumber && <Text size="sm" c="dimmed">{t('label.vatNumber')} {party.vatNumber}</Text>}
    </Stack>
  );
}

function Lines({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const skills = useSkillNames();
  const fmt = useFormat();
  return (
    <>
      <div className="sf-scroll" tabIndex={0} role="region" aria-label={t('invoices.lines')}>
        <table className="sf-table" aria-label={t('invoices.lines')}>
          <thead><tr><th scope="col">{t('invoices.what')}</th><th scope="col" className="num sf-wide">{t('invoices.quantity')}</th><th scope="col" className="num sf-wide">{t('invoices.unitPrice')}</th><th scope="col" className="num sf-wide">{t('invoices.vat')}</th><th scope="col" className="num">{t('label.totalAmount')}</th></tr></thead>
          <tbody>
            {invoice.lines.map((line, index) => (
              <tr key={index}>
                <td>
                  {skills.inWords(line.text)}
                  <Text size="xs" c="dimmed" className="sf-narrow">{fmt.number(line.quantity)} {t(`unit.${line.unit}`)} × {fmt.exactMoney(line.unitPrice)} · {t('invoices.vat')} {fmt.number(line.vatRate)} %</Text>
                </td>
                <td className="num sf-wide">{fmt.number(line.quantity)} {t(`unit.${line.unit}`)}</td><td className="num sf-wide">{fmt.exactMoney(line.unitPrice)}</td>
                <td className="num sf-wide">{fmt.number(line.vatRate)} %</td><td className="num">{fmt.exactMoney(line.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="sf-pad">
        <table className="sf-invoice-sum">
          <tbody>
            <tr><td>{t('invoices.net')}</td><td>{fmt.exactMoney(invoice.amount)}</td></tr>
            {invoice.vat.map((vat) => <tr key={vat.rate}><td>{t('invoices.vatOf', { rate: vat.rate })}{vat.reason && <Text size="xs" c="dimmed" maw={360}>{vat.reason}</Text>}</td><td>{fmt.exactMoney(vat.amount)}</td></tr>)}
            <tr><td><b>{t('invoices.toPay')}</b></td><td><b>{fmt.exactMoney(invoice.totalAmount)}</b></td></tr>
            {invoice.payments.length > 0 && <tr><td>{t('invoices.balance')}</td><td>{fmt.exactMoney(invoice.balance)}</td></tr>}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Payments({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const fmt = useFormat();
  if (invoice.payments.length === 0) return <Empty icon="invoice" title={t('invoices.noPayments')} />;
  return (
    <table className="sf-table" aria-label={t('invoices.payments')}>
      <tbody>
        {invoice.payments.map((payment, index) => (
          <tr key={index}><td>{payment.paidDate}</td><td>{t(`method.${payment.method}`)}</td><td>{payment.reference}</td><td className="num">{fmt.exactMoney(payment.amount)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

function Actions({ invoice }: { invoice: Invoice }) {
  const me = useMe();
  const { t } = useTranslation();
  const done = useDone();
  const [asking, setAsking] = useState<'Issued' | 'Cancelled' | 'Credited' | 'pay' | null>(null);
  const pdf = useAction(() => download(`/api/invoices/${invoice.id}/pdf`, {}, `${invoice.invoiceNumber ?? invoice.id}.pdf`, 'application/pdf'));
  const owner = may.changeInvoice(me, invoice);
  const open = invoice.status === 'Issued' || invoice.status === 'PartlyPaid' || invoice.status === 'Overdue';
  const close = () => setAsking(null);
  const change = async (status: string) => {
    await put(`/api/invoices/${invoice.id}/status`, { status }, invoice.version);
    await done(t('state.saved'), 'invoices', 'bookings', 'reports');
  };
  return (
    <>
      {owner && open && invoice.kind === 'Invoice' && <Button onClick={() => setAsking('pay')}>{t('invoices.pay')}</Button>}
      {owner && invoice.status === 'Draft' && <Button onClick={() => setAsking('Issued')}>{t('invoices.issue')}</Button>}
      <Button variant="default" leftSection={<Icon name="download" />} loading={pdf.busy} onClick={() => void pdf.run()}>PDF</Button>
      {owner && invoice.status === 'Draft' && <Button variant="default" onClick={() => setAsking('Cancelled')}>{t('invoices.cancel')}</Button>}
      {owner && invoice.kind === 'Invoice' && (open || invoice.status === 'Paid') && <Button variant="default" onClick={() => setAsking('Credited')}>{t('invoices.credit')}</Button>}
      <Failure error={pdf.error} />
      {asking === 'pay' && <PayDialog invoice={invoice} onClose={close} />}
      {asking === 'Issued' && <ConfirmDialog title={t('invoices.issue')} confirm={t('invoices.issue')} onClose={close} onConfirm={() => change('Issued')}>{t('invoices.issueText')}</ConfirmDialog>}
      {asking === 'Cancelled' && <ConfirmDialog title={t('invoices.cancel')} confirm={t('invoices.cancel')} danger onClose={close} onConfirm={() => change('Cancelled')}>{t('invoices.cancelText')}</ConfirmDialog>}
      {asking === 'Credited' && <ConfirmDialog title={t('invoices.credit')} confirm={t('invoices.credit')} danger onClose={close} onConfirm={() => change('Credited')}>{t('invoices.creditText')}</ConfirmDialog>}
    </>
  );
}

function PayDialog({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { t } = useTranslation();
  const done = useDone();
  const [amount, setAmount] = useState<number | ''>(invoice.balance);
  const [paidDate, setDay] = useState<string | null>(today());
  const [method, setMethod] = useState<PaymentMethod>('Bankgiro');
  const [reference, setReference] = useState('');
  const action = useAction(async () => {
    await post(`/api/invoices/${invoice.id}/payments`, { amount, paidDate, method, ...(reference ? { reference } : {}) });
    await done(t('invoices.paid'), 'invoices', 'reports');
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={t('invoices.pay')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={(event) => { event.preventDefault(); void action.run(); }}>
        <Stack gap="md">
          <NumberInput label={t('label.totalAmount')} required decimalScale={2} fixedDecimalScale decimalSeparator="," thousandSeparator=" " suffix=" kr" min={0} value={amount} onChange={(value) => setAmount(value === '' ? '' : Number(value))} data-autofocus />
          <DayInput label={t('invoices.paidOn')} required value={paidDate} onChange={setDay} />
          <Select label={t('invoices.method')} allowDeselect={false} data={methods.map((each) => ({ value: each, label: t(`method.${each}`) }))} value={method} onChange={(next) => setMethod(next as PaymentMethod)} />
          <TextInput label={t('invoices.reference')} maxLength={200} value={reference} onChange={(event) => setReference(event.currentTarget.value)} />
          <Failure error={action.error} />
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t('action.cancel')}</Button><Button type="submit" loading={action.busy} disabled={amount === '' || !paidDate}>{t('invoices.pay')}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

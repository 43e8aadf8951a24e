import type { Me } from '@/api/session';
import { useTranslation } from '@/i18n';
import type { Field, Values } from '@/ui/RecordForm';

const crew = (values: Values) => Number(values['customerType']) === 2;
const buyer = (values: Values) => !crew(values);

export function useCustomerFields(me: Me, isNew: boolean, type: number): Field[] {
  const { t } = useTranslation();
  const choice = (name: string, words: string[], label: string, more: Partial<Field> = {}): Field => ({
    name, label, kind: 'choice', options: words.map((word) => ({ value: word, label: t(`${name}.${word}` as 'vatStatus.None') })), ...more,
  });
  const asOf = (rule: (values: Values) => boolean) => (values: Values) => rule(isNew ? values : { customerType: type });
  const fields: (Field | false)[] = [
    isNew && { name: 'customerType', label: t('label.customerType'), kind: 'choice', numeric: true, required: true, options: [{ value: '1', label: t('customerType.1') }, { value: '2', label: t('customerType.2') }] },
    { name: 'name', label: t('label.companyName'), required: true },
    isNew && { name: 'orgNumber', label: t('label.orgNumber'), required: true, hint: 'NNNNNN-NNNN' },
    { name: 'email', label: t('label.email'), type: 'email', required: true },
    { name: 'phone', label: t('label.phone'), type: 'tel', required: true, max: 30 },
    { name: 'contact', label: t('label.contact') },
    { name: 'address', label: t('label.streetAddress'), required: true },
    { name: 'zipCode', label: t('label.zipCode'), required: true, max: 20 },
    { name: 'city', label: t('label.city'), required: true },
    { name: 'seat', label: t('label.seat'), hint: t('customers.seatHint') },
    { name: 'vatNumber', label: t('label.vatNumber'), group: t('customers.groupInvoices') },
    { name: 'invoiceEmail', label: t('label.invoiceEmail'), type: 'email', hint: t('customers.invoiceEmailHint'), shown: asOf(buyer) },
    choice('vatStatus', ['Registered', 'Exempt', 'None'], t('label.vatStatus'), { shown: asOf(crew) }),
    { name: 'fTax', label: t('label.fTax'), kind: 'switch', shown: asOf(crew) },
    { name: 'bankgiro', label: t('label.bankgiro'), shown: asOf(crew) },
    { name: 'plusgiro', label: t('label.plusgiro'), shown: asOf(crew) },
    { name: 'iban', label: 'IBAN', shown: asOf(crew) },
    { name: 'bic', label: 'BIC', shown: asOf(crew) },
    { name: 'invoicePrefix', label: t('label.invoicePrefix'), hint: t('customers.prefixHint'), shown: asOf(crew) },
    { name: 'instantBooking', label: t('label.instantBooking'), kind: 'switch', hint: t('customers.instantHint'), shown: asOf(crew), group: t('customers.groupTerms') },
    ...(isNew ? [] : [
      { name: 'terms.issueOn', label: t('label.issueOn'), kind: 'choice' as const, required: true, options: [{ value: 'Confirmed', label: t('booking.status.CONFIRMED') }, { value: 'Completed', label: t('booking.status.COMPLETED') }], shown: asOf(crew) },
      { name: 'terms.dueFrom', label: t('label.dueFrom'), kind: 'choice' as const, required: true, options: [{ value: 'Work', label: t('dueFrom.Work') }, { value: 'Issue', label: t('dueFrom.Issue') }], shown: asOf(crew) },
      ...(['paymentDays', 'answerHours', 'minMinutes', 'stepMinutes'] as const).map((name): Field => ({ name: `terms.${name}`, label: t(`label.${name}`), kind: 'number', required: true, shown: asOf(crew) })),
    ]),
    !isNew && me.role === 'Admin' && { name: 'isActive', label: t('label.isActive'), kind: 'switch' },
  ];
  return fields.filter((field) => field !== false);
}

import { SimpleGrid, Text } from '@mantine/core';
import { Link } from 'react-router';
import { usePage } from '@/api/queries';
import { useMe } from '@/api/session';
import { useSkillNames } from '@/api/skills';
import type { Booking } from '@/api/types';
import { useTranslation } from '@/i18n';
import { useFormat } from '@/i18n/format';
import { instant, iso, today } from '@/time';
import { Card, Empty, Fetched, Page, Status } from '@/ui/basics';
import { Calendar } from './Calendar';

export function SchedulePage() {
  const me = useMe();
  const { t } = useTranslation();
  const fmt = useFormat();
  const skills = useSkillNames();
  const work = usePage<Booking>('bookings', '/api/bookings', { from: iso(instant(today())), pageSize: 100 });
  return (
    <Page title={t('nav.schedule')}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Card title={t('schedule.availability')}><Calendar crewId={me.userId} /></Card>
        <Card title={t('dashboard.shifts')} pad={false}>
          <Fetched query={work} rows={4}>
            {({ items }) => {
              const coming = items.filter((each) => each.status === 'CONFIRMED' || each.status === 'REQUESTED').sort((one, other) => one.startTime.localeCompare(other.startTime));
              return coming.length === 0 ? <Empty icon="calendar" title={t('dashboard.noShifts')} /> : coming.map((each) => (
                <Link key={each.id} to={`/bookings/${each.id}`} className="sf-row">
                  <div className="sf-grow">
                    <Text fw={600} size="sm">{fmt.span(each.startTime, each.endTime)}</Text>
                    <Text size="xs" c="dimmed">{skills.skill(each.category, each.skill)} · {each.eventName}</Text>
                  </div>
                  <Status kind="booking" status={each.status} />
                </Link>
              ));
            }}
          </Fetched>
        </Card>
      </SimpleGrid>
    </Page>
  );
}

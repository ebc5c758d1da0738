// The page of one organisation: its state first, then what the register says, then every public fact behind it.
import { isOrganizationCode } from '../../src/organization-code.ts';
import { classifyCode } from '../../src/uscc.ts';
import type { EntityAnswer } from './documents.ts';
import { cutText } from './fact-data.ts';
import { capitalText } from './fact-words.tsx';
import { History } from './history.tsx';
import { Layout } from './layout.tsx';
import { hrefOf, type View, say, wordFor } from './view.ts';
import { DayText, KeptSettings, Rows, Status, Text, ValueRow } from './words.tsx';

type Entity = NonNullable<EntityAnswer['entity']>;

interface EntityProps {
  readonly view: View;
  readonly data: EntityAnswer;
  readonly entity: Entity;
  /** The past day that is shown; absent for the present. */
  readonly day?: string | undefined;
}

export const EntityPage = ({ view, data, entity, day }: EntityProps) => (
  <Layout
    view={view}
    title={day === undefined ? entity.name : say(view, 'entity.pastTitle', { name: entity.name, day })}
    ledger={data}
  >
    {day === undefined ? null : (
      <p class="past" role="note">
        {say(view, 'entity.past', { day })} <a href={hrefOf(view, view.path)}>{say(view, 'entity.present')}</a>
      </p>
    )}
    <h1>
      <Text view={view} text={entity.name} />
    </h1>
    <p class="headline">
      <Status view={view} status={entity.status} /> {wordFor(view, 'statusNote', entity.status)}
    </p>
    {entity.uscc === null ? null : (
      <p class="soft">
        {say(view, 'entity.code')} <span class="code">{entity.uscc}</span>
      </p>
    )}
    <Particulars view={view} entity={entity} />
    <Identifiers view={view} entity={entity} />
    <FormerNames view={view} entity={entity} />
    <PastDay view={view} day={day} />
    <History view={view} history={entity.history} day={day} />
  </Layout>
);

/** Characters of a business scope on this page; its fact shows all of them. */
const SCOPE_MAX = 600;

const Particulars = ({ view, entity }: { readonly view: View; readonly entity: Entity }) => {
  const stated = (text: string | null) =>
    text === null ? <span class="soft">{say(view, 'entity.unknown')}</span> : <Text view={view} text={text} />;
  const { businessScope: scope } = entity;
  return (
    <section aria-labelledby="particulars">
      <h2 id="particulars">{say(view, 'entity.particulars')}</h2>
      <Rows>
        <ValueRow label={say(view, 'entity.kind')}>{wordFor(view, 'kind', entity.kind)}</ValueRow>
        <ValueRow label={say(view, 'entity.registeredOn')}>
          {entity.registeredOn === null ? stated(null) : <DayText day={entity.registeredOn} />}
        </ValueRow>
        <ValueRow label={say(view, 'entity.personInCharge')}>{stated(entity.personInCharge)}</ValueRow>
        <ValueRow label={say(view, 'entity.capital')}>
          {entity.capital === null ? stated(null) : <Text view={view} text={capitalText(view, entity.capital)} />}
        </ValueRow>
        <ValueRow label={say(view, 'entity.address')}>{stated(entity.address)}</ValueRow>
        {entity.district === null ? null : (
          <ValueRow label={say(view, 'entity.district')}>{entity.district.name}</ValueRow>
        )}
        <ValueRow label={say(view, 'entity.businessScope')}>
          {stated(scope === null ? null : cutText(scope, SCOPE_MAX))}
          {scope !== null && scope.length > SCOPE_MAX ? say(view, 'entity.cut') : null}
        </ValueRow>
      </Rows>
    </section>
  );
};

const checkOf = (scheme: string, value: string) => {
  if (scheme === 'ORGANISATION_CODE') return isOrganizationCode(value) ? 'check.right' : 'check.wrong';
  if (scheme === 'REGISTRATION_NO' && value.length === 13) return 'check.none';
  const code = classifyCode(value);
  if (code.kind === 'uscc' && !code.conforming) return code.legalException ? 'check.exception' : 'check.wrong';
  return code.kind === 'regno' && !code.checkOk ? 'check.wrong' : 'check.right';
};

const Identifiers = ({ view, entity }: { readonly view: View; readonly entity: Entity }) => (
  <section aria-labelledby="identifiers">
    <h2 id="identifiers">{say(view, 'entity.identifiers')}</h2>
    <Rows>
      {entity.identifiers.map(({ scheme, value }) => (
        <ValueRow key={value} label={wordFor(view, 'identifier', scheme)}>
          <span class="code">{value}</span> <Check view={view} check={checkOf(scheme, value)} />
        </ValueRow>
      ))}
    </Rows>
  </section>
);

const Check = ({ view, check }: { readonly view: View; readonly check: ReturnType<typeof checkOf> }) =>
  check === 'check.wrong' ? (
    <strong class="flag">
      <span aria-hidden="true">▲</span> {say(view, check)}
    </strong>
  ) : (
    <span class="soft">{say(view, check)}</span>
  );

const FormerNames = ({ view, entity }: { readonly view: View; readonly entity: Entity }) => (
  <section aria-labelledby="former-names">
    <h2 id="former-names">{say(view, 'entity.formerNames')}</h2>
    {entity.formerNames.length === 0 ? (
      <p class="soft">{say(view, 'entity.noFormerNames')}</p>
    ) : (
      <table>
        <thead>
          <tr>
            <th scope="col">{say(view, 'entity.formerName')}</th>
            <th scope="col">{say(view, 'entity.formerUntil')}</th>
          </tr>
        </thead>
        <tbody>
          {entity.formerNames.map(({ name, until }) => (
            <tr key={`${name} ${until ?? ''}`}>
              <th scope="row">
                <Text view={view} text={name} />
              </th>
              <td>{until === null ? say(view, 'entity.unknown') : <DayText day={until} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
);

const PastDay = ({ view, day }: { readonly view: View; readonly day?: string | undefined }) => (
  <section class="past-day" aria-labelledby="past-day">
    <h2 id="past-day">{say(view, 'entity.at')}</h2>
    <form method="get" action={view.path}>
      <KeptSettings view={view} />
      <label for="at">{say(view, 'entity.atHint')}</label>
      <div class="row">
        <input id="at" name="at" type="date" value={day} required />
        <button type="submit">{say(view, 'entity.atButton')}</button>
      </div>
    </form>
  </section>
);
